"""The store's toolkit: the database, its types, one transaction per act, the outbox, the deed log, the search index."""
