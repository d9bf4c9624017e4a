subject-invite = { $inviter } nodigt je uit voor ‘{ $title }’
subject-invite-unknown = Uitnodiging voor ‘{ $title }’
subject-meet = { $inviter } nodigt je uit voor een vergadering: ‘{ $title }’
subject-meet-unknown = Uitnodiging voor een vergadering: ‘{ $title }’
subject-cancel = Geannuleerd: ‘{ $title }’
sender = { $inviter } via { $product }
untitled = Ruimte zonder titel

greeting = Hallo { $name },
lead-invite = { $inviter } nodigt je uit voor deze ruimte.
lead-invite-unknown = Je bent uitgenodigd voor deze ruimte.
lead-meet = { $inviter } nodigt je uit voor deze vergadering.
lead-meet-unknown = Je bent uitgenodigd voor deze vergadering.
lead-cancel = { $inviter } heeft deze vergadering geannuleerd.
lead-cancel-unknown = Deze vergadering is geannuleerd.

when = Wanneer
until = Tot { $when }
hours =
    { $count ->
        [one] { $count } uur
       *[other] { $count } uur
    }
minutes =
    { $count ->
        [one] { $count } minuut
       *[other] { $count } minuten
    }
hours-minutes = { $hours } en { $minutes }

join-invite = Naar de ruimte
join-meet = Deelnemen aan de vergadering
link-hint = Werkt de knop niet? Open dan deze link:
access = Je kunt deelnemen met je account of als gast. Iedereen die deze link heeft, kan als gast deelnemen.

why = Je ontvangt deze e-mail omdat { $inviter } het adres { $address } heeft uitgenodigd.
why-unknown = Je ontvangt deze e-mail omdat het adres { $address } is uitgenodigd.
reply = Beantwoord deze e-mail om { $inviter } te schrijven.
ignore = Verwachtte je deze uitnodiging niet? Dan kun je deze e-mail gerust negeren.
made-with = Deze uitnodiging is gemaakt met { $product }.
stop = Deze e-mails niet meer ontvangen

page-account = Met je account
page-sign-in = Inloggen
page-sign-up = Account maken
page-guest = Deelnemen als gast
page-name = Je naam (optioneel)
page-signed-in = Je bent ingelogd als { $name }.
page-signed-in-unknown = Je bent ingelogd.
page-wrong-account = Deze uitnodiging is voor iemand anders. Je kunt als gast deelnemen of een ander account gebruiken.
page-other-account = Ander account gebruiken
page-joined = Je doet mee
page-role = Je rol
role-admin = Beheerder
role-member = Lid
role-guest = Gast
page-members = Leden
page-more = … en meer
page-not-found = Deze uitnodiging bestaat niet
page-not-found-hint = Controleer of je de hele link hebt geopend.
page-expired = Deze uitnodiging is verlopen
page-revoked = Deze uitnodiging is ingetrokken
page-ask = Vraag { $inviter } om een nieuwe.
page-ask-unknown = Vraag een nieuwe aan degene die je heeft uitgenodigd.
page-busy = Een ogenblik
page-busy-hint = De dienst is druk bezet. Probeer het zo nog eens.
page-broken = Er is iets misgegaan
page-broken-hint = De fout ligt bij ons. Probeer het later nog eens.
page-forbidden = Dat is niet gelukt
page-forbidden-hint = Open de link van je uitnodiging en probeer het nog eens.
page-continue = Doorgaan als { $name }
page-not-you = Niet { $name }?
page-no-cookie = Je browser heeft de aanmelding niet bewaard
page-no-cookie-hint = Sta cookies toe voor deze site en open daarna de link van je uitnodiging opnieuw.
page-password = Wachtwoord
page-password-hint = Deze ruimte heeft een wachtwoord. Vraag het aan degene die je heeft uitgenodigd.
page-password-wrong = Dat is niet het wachtwoord van deze ruimte.
page-too-many = Te veel onjuiste wachtwoorden
page-too-many-hint = Probeer het later nog eens.
page-removed = Je bent uit deze ruimte verwijderd
page-removed-hint = Alleen een beheerder van de ruimte kan je weer toelaten.
page-archived = Deze ruimte is gearchiveerd
page-archived-hint = Op dit moment kan niemand deelnemen.
page-invited-only = Deze ruimte is alleen voor genodigden
page-invited-only-hint = Gebruik het account dat is uitgenodigd, of vraag het aan degene die je heeft uitgenodigd.
page-decline = Uitnodiging afslaan
page-decline-hint = Degene die je heeft uitgenodigd, ziet dat je afslaat. Je kunt later alsnog deelnemen.
page-declined = Je hebt deze uitnodiging afgeslagen
page-declined-hint = Als je je bedenkt, open dan de link van je uitnodiging opnieuw.
page-space = Log in om deze ruimte te openen
page-space-hint = Alleen leden kunnen deze openen.
page-stop = E-mails van { $product }
page-stop-hint = Je hebt per e-mail een uitnodiging ontvangen. Kies welke e-mails je niet meer wilt.
page-stop-inviter = Geen e-mails meer van degene die mij heeft uitgenodigd
page-stop-all = Helemaal geen e-mails meer
page-stop-report = Deze uitnodiging als misbruik melden
page-stop-undo = E-mails weer toestaan
page-stopped-inviter = Je krijgt geen e-mails meer van degene die je heeft uitgenodigd.
page-stopped-all = Je krijgt geen e-mails meer van ons.
page-stop-undone = Je hebt onze e-mails weer toegestaan.
page-reported = Bedankt. De uitnodiging is gemeld.
page-stop-unknown = Deze link werkt niet
page-stop-unknown-hint = Hij is beschadigd of te oud. Gebruik de link in een nieuwere e-mail.
page-stop-own = Geen e-mails meer naar mijn adres
page-stop-own-undo = E-mails naar mijn adres weer toestaan
