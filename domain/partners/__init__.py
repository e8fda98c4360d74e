"""Partners 合作伙伴: retailers, makers and repairers that sell, register and claim through their own systems."""
