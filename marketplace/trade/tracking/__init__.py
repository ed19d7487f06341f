"""After the deal: licence filing, 认定登记, and what became of the technology after months."""
