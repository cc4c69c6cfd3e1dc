"""Pure translations, one file a channel: a signed form -> an event, replies -> what the channel speaks."""
