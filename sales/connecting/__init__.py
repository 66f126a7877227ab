"""CRMs that send what changes: their signatures, their payloads, what becomes of them."""
