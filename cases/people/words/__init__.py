"""Where words of a case are kept, who wrote them and whom they name, for recusal."""
