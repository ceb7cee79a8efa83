"""What every page for people at work shares: signed in, with an active organisation, nothing typed is lost."""
