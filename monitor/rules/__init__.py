"""What is published and when, as data: tables, indicators, factsheets, the calendar, and explanations of hard words."""
