"""Pure IAM reasoning: may this principal make this call, what does it need, what is it allowed in vain.

Nothing here reads a file of the user's or talks to AWS. Every answer is three-valued: what the template
leaves open is *unknown*, never a pass and never a violation.
"""
