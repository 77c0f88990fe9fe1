"""Who is called, by whom, and when: the catalog's teams, escalations and windows as PagerDuty's resources."""
