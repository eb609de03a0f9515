-- What the figures are held against, and what they are read by.

-- Limits within which an order is to be handled; a city changes the rows.
CREATE TABLE time_limit (
  minutes integer PRIMARY KEY CHECK (minutes > 0)
);
INSERT INTO time_limit VALUES (20), (120), (1440);

CREATE INDEX order_step_by_status ON order_step (source, work_order, status, at);
CREATE INDEX command_by_verb ON command (verb, issued);
