"""From whatever was sent to an event that can be counted, or to a refusal that says why."""
