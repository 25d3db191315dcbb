"""Which invoices are financed, told between lenders without telling which invoices.

Lenders of a consortium share one key. Each gives the others a file of blinded hashes; who holds one
of these invoices finds it, and learns nothing of any other.
"""
