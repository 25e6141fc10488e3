"""The channels' contracts as declared data: read, judged, and refused before anything is built.

What they cost is SQL (``dbt/macros/contract_terms.sql``); what they could be is ``ml/commission``.
"""
