-- Complaints of the year before the day.
select people.place, count(*) as complaints
from data_processing.int_complaints_attributed as complaint
inner join uplift_people as people on complaint.customer_id = people.customer_id
where complaint.received_on < people.day and complaint.received_on >= people.day - 365
group by people.place
