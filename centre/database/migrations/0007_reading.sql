-- What is open is found without reading what is over, however much that is.
CREATE INDEX incident_open_by_name ON incident (source, incident) WHERE open;
CREATE INDEX work_order_open ON work_order (source, incident) WHERE open;
CREATE INDEX incident_over_by_time ON incident (at DESC, incident) WHERE NOT open;
