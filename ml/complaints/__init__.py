"""Complaint texts classified by the categories of hotline 95598: dictionary and TF-IDF, linear.

Texts in, categories and scores out; no text, and no word that could name a person, is kept in what
a classifier stores. Deadlines and answers are decided elsewhere.
"""
