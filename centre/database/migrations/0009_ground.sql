-- Where a zone lies on the ground, as its box says it: corners in degrees of CGCS2000. `polygon` is in fractions of the picture.
ALTER TABLE zone ADD COLUMN outline jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN zone.polygon IS 'fractions of the picture';

-- From where a login at the city's provider was begun: so many from one address in a while.
ALTER TABLE oidc_login ADD COLUMN address text NOT NULL DEFAULT '';
CREATE INDEX oidc_login_address ON oidc_login (address, made);

-- A box that is here already says its zones again when its description changes; until then it is read from what was kept.
UPDATE zone z SET outline = each -> 'outline' -> 'lonlats'
FROM agent a, jsonb_path_query(a.site, '$.zones[*]') AS each
WHERE a.source = z.source AND each ->> 'id' = z.zone AND jsonb_typeof(each -> 'outline' -> 'lonlats') = 'array';
