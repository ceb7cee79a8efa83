"""What is published and when: tables, indicators, factsheets, calendar and terms as data."""
