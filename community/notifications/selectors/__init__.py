"""What is read of notices, for pages, mails and the handler."""
