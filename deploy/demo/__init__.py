"""The demonstration: a cohort of made-up homes goes through nine months of the programme on the running platform."""
