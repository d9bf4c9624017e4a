subject-invite = { $inviter } heeft je uitgenodigd voor ‘{ $title }’
subject-invite-unknown = Uitnodiging voor ‘{ $title }’
subject-meet = { $inviter } heeft je uitgenodigd voor een vergadering: ‘{ $title }’
subject-meet-unknown = Uitnodiging voor een vergadering: ‘{ $title }’
subject-cancel = Geannuleerd: ‘{ $title }’
sender = { $inviter } via { $product }
untitled = Ruimte zonder titel

greeting = Hallo { $name },
lead-invite = { $inviter } heeft je uitgenodigd voor deze ruimte.
lead-invite-unknown = Je bent uitgenodigd voor deze ruimte.
lead-meet = { $inviter } heeft je uitgenodigd voor deze vergadering.
lead-meet-unknown = Je bent uitgenodigd voor deze vergadering.
lead-cancel = { $inviter } heeft deze vergadering geannuleerd.
lead-cancel-unknown = Deze vergadering is geannuleerd.

when = Wanneer
until = Tot { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } om { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = Je rol
open-until = Deze uitnodiging is geldig tot { $when }.
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
links-plain = Voor je veiligheid kun je niet op links in deze tekst klikken. Kopieer een link alleen als je die vertrouwt.
links-marked = Voor je veiligheid staan er haakjes in links in deze tekst, zoals in example[.]com. Haal ze weg om een link te openen die je vertrouwt.

why = Je ontvangt deze e-mail omdat { $inviter } het adres { $address } heeft uitgenodigd.
why-unknown = Je ontvangt deze e-mail omdat het adres { $address } is uitgenodigd.
reply = Beantwoord deze e-mail om { $inviter } te schrijven.
ignore = Verwachtte je deze uitnodiging niet? Dan kun je deze e-mail gerust negeren.
made-with = Deze uitnodiging is gemaakt met { $product }.
stop = Deze e-mails niet meer ontvangen
help = Help
privacy = Privacy
support = Contact met support

page-account = Met je account
page-sign-in = Inloggen
page-sign-up = Account maken
page-guest = Deelnemen als gast
page-name = Je naam
page-signed-in = Je bent ingelogd als { $name }.
page-signed-in-unknown = Je bent ingelogd.
page-wrong-account = Deze uitnodiging is voor iemand anders. Neem deel als gast of gebruik een ander account.
page-other-account = Ander account gebruiken
page-joined = Je doet mee
page-role = Je rol
role-admin = Beheerder
role-member = Lid
role-guest = Gast
page-members = Leden
page-more =
    { $count ->
        [one] en nog 1
       *[other] en nog { $count }
    }
page-not-found = Deze uitnodiging bestaat niet
page-not-found-hint = Controleer of je de hele link hebt geopend, of vraag het aan degene die je heeft uitgenodigd.
page-expired = Deze uitnodiging is verlopen
page-revoked = Deze uitnodiging is ingetrokken
page-ask = Vraag { $inviter } om een nieuwe.
page-ask-unknown = Vraag een nieuwe aan degene die je heeft uitgenodigd.
page-busy = Een ogenblik
page-busy-hint = Het is even te druk. Probeer het zo nog eens.
page-broken = Er is iets misgegaan
page-broken-hint = De fout ligt bij ons. Probeer het later nog eens.
page-forbidden = Dat is niet gelukt
page-forbidden-hint = Open de link in je uitnodiging en probeer het nog eens.
page-continue = Doorgaan als { $name }
page-not-you = Niet { $name }?
page-no-cookie = Je browser heeft niet onthouden dat je bent ingelogd
page-no-cookie-hint = Sta cookies toe voor deze site en open daarna de link in je uitnodiging opnieuw.
page-password = Wachtwoord
page-password-hint = Deze ruimte heeft een wachtwoord. Vraag het aan degene die je heeft uitgenodigd.
page-password-wrong = Het wachtwoord is onjuist.
page-too-many = Te veel onjuiste wachtwoorden
page-too-many-hint = Probeer het later nog eens.
page-removed = Je bent uit deze ruimte verwijderd
page-removed-hint = Alleen een beheerder van de ruimte kan je weer toelaten.
page-archived = Deze ruimte is gearchiveerd
page-archived-hint = Op dit moment kan niemand deelnemen.
page-invited-only = Deze ruimte is alleen voor genodigden
page-invited-only-hint = Gebruik het account dat is uitgenodigd, of vraag het aan degene die je heeft uitgenodigd.
page-decline = Uitnodiging afslaan
page-decline-hint = { $inviter } ziet dat je hebt afgeslagen. Je kunt later alsnog deelnemen.
page-declined = Je hebt deze uitnodiging afgeslagen
page-declined-hint = Als je je bedenkt, open dan de link in je uitnodiging opnieuw.
page-space = Log in om deze ruimte te openen
page-space-hint = Alleen leden kunnen deze openen.
page-stop = E-mails van { $product }
page-stop-hint = Je hebt per e-mail een uitnodiging ontvangen. Kies welke e-mails je niet meer wilt.
page-stop-inviter = Geen e-mails meer van degene die mij heeft uitgenodigd
page-stop-all = Helemaal geen e-mails meer
page-stop-report = Deze uitnodiging melden
page-stop-undo = E-mails weer toestaan
page-stopped-inviter = Je krijgt geen e-mails meer van degene die je heeft uitgenodigd.
page-stopped-all = Je krijgt geen e-mails meer van ons.
page-stop-undone = Je hebt onze e-mails weer toegestaan.
page-reported = Bedankt. De uitnodiging is gemeld.
page-stop-unknown = Deze link werkt niet
page-stop-unknown-hint = Hij is beschadigd of te oud. Gebruik de link in een nieuwere e-mail.
page-stop-own = Geen e-mails meer naar mijn adres
page-stop-own-undo = E-mails naar mijn adres weer toestaan
page-over = Deze vergadering is afgelopen
page-now = Nu bezig
page-in-minutes =
    { $count ->
        [one] Begint over { $count } minuut
       *[other] Begint over { $count } minuten
    }
page-in-hours =
    { $count ->
        [one] Begint over { $count } uur
       *[other] Begint over { $count } uur
    }
page-in-days =
    { $count ->
        [one] Morgen
       *[other] Over { $count } dagen
    }
page-people =
    { $count ->
        [one] 1 persoon doet mee
       *[other] { $count } personen doen mee
    }
page-expires = Je kunt deelnemen tot { $when }.
page-add = Toevoegen aan agenda
page-calendar-file = Apple en andere
page-help = Help
page-privacy = Privacy
page-support = Contact opnemen met support
page-next = Wil je terugkomen? Open dan opnieuw de link in je uitnodiging.
page-open = { $product } openen
page-you = jij
page-decline-hint-unknown = Degene die je heeft uitgenodigd, ziet dat je hebt afgeslagen. Je kunt later alsnog deelnemen.
page-unverified = Je adres { $address } is nog niet geverifieerd. Verifieer het in je account om met je uitnodiging deel te nemen, of neem deel als gast.
page-details = Details
