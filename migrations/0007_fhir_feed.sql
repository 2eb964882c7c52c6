-- Where the next poll of a FHIR server goes on when the last one stopped before the end.
alter table fhir_feed
  add column next_page text,          -- an address below the source's fhirBaseUrl
  add column begun_at timestamptz;    -- when the first page before it was read, by the server's clock
