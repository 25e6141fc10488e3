-- Contacts delivered in the year before the day.
select people.place, count(*) as contacts
from data_processing.stg_landing__campaign_contacts as contact
inner join uplift_people as people on contact.customer_id = people.customer_id
where
    contact.contact_event = 'delivered'
    and contact.happened_on < people.day
    and contact.happened_on >= people.day - 365
group by people.place
