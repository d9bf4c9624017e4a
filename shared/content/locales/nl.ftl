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

join-invite = Deelnemen aan de ruimte
join-meet = Deelnemen aan de vergadering
link-hint = Werkt de knop niet? Open dan deze link:
access = Je kunt deelnemen met je account of als gast. Iedereen met deze link kan als gast deelnemen.
links-plain = Voor je veiligheid kun je niet op links in de tekst hierboven klikken. Kopieer een link alleen als je die vertrouwt.
links-marked = Voor je veiligheid bevatten links in de tekst hierboven vierkante haken, zoals in example[.]com. Verwijder de haken om een link te openen die je vertrouwt.

why = Je ontvangt deze e-mail omdat { $inviter } het adres { $address } heeft uitgenodigd.
why-unknown = Je ontvangt deze e-mail omdat het adres { $address } is uitgenodigd.
reply = Beantwoord deze e-mail om contact op te nemen met { $inviter }.
ignore = Als je deze uitnodiging niet verwachtte, kun je die gerust negeren.
made-with = Deze uitnodiging is gemaakt met { $product }.
stop = Afmelden voor deze e-mails
help = Help
privacy = Privacy
support = Contact opnemen met support

page-sign-in = Inloggen
page-sign-up = Account maken
page-guest = Deelnemen als gast
page-name = Je naam
page-signed-in = Je bent ingelogd als { $name }.
page-signed-in-unknown = Je bent ingelogd.
page-wrong-account = Deze uitnodiging is voor iemand anders. Neem deel als gast of gebruik een ander account.
page-other-account = Ander account gebruiken
page-joined = Je doet mee
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
page-not-found-hint = Controleer of je de volledige link hebt geopend, of neem contact op met degene die je heeft uitgenodigd.
page-expired = Deze uitnodiging is verlopen
page-revoked = Deze uitnodiging is ingetrokken
page-ask = Vraag { $inviter } om een nieuwe.
page-ask-unknown = Vraag een nieuwe aan degene die je heeft uitgenodigd.
page-busy = Een ogenblik geduld
page-busy-hint = Het is op dit moment erg druk. Probeer het zo meteen opnieuw.
page-broken = Er is iets misgegaan
page-broken-hint = Het ligt aan ons. Probeer het later opnieuw.
page-forbidden = Dat is niet gelukt
page-forbidden-hint = Open de link in je uitnodiging en probeer het opnieuw.
page-continue = Doorgaan als { $name }
page-not-you = Ben je niet { $name }?
page-no-cookie = Je browser heeft niet onthouden dat je bent ingelogd
page-no-cookie-hint = Sta cookies toe voor deze site en open daarna de link in je uitnodiging opnieuw.
page-password = Wachtwoord
page-password-hint = Deze ruimte is beveiligd met een wachtwoord. Vraag het aan degene die je heeft uitgenodigd.
page-password-wrong = Het wachtwoord is onjuist.
page-too-many = Te vaak een onjuist wachtwoord ingevoerd
page-too-many-hint = Probeer het later opnieuw.
page-removed = Je bent uit deze ruimte verwijderd
page-removed-hint = Alleen een beheerder van de ruimte kan je weer toelaten.
page-archived = Deze ruimte is gearchiveerd
page-archived-hint = Op dit moment kan niemand deelnemen.
page-invited-only = Deze ruimte is alleen voor genodigden
page-invited-only-hint = Gebruik het account dat is uitgenodigd, of neem contact op met degene die je heeft uitgenodigd.
page-decline = Uitnodiging afslaan
page-decline-hint = { $inviter } ziet dat je de uitnodiging hebt afgeslagen. Je kunt later alsnog deelnemen.
page-declined = Je hebt deze uitnodiging afgeslagen
page-declined-hint = Als je je bedenkt, open dan de link in je uitnodiging opnieuw.
page-space = Log in om deze ruimte te openen
page-space-hint = Alleen leden kunnen de ruimte openen.
page-stop = E-mails van { $product }
page-stop-hint = Je hebt per e-mail een uitnodiging ontvangen. Kies welke e-mails je niet meer wilt ontvangen.
page-stop-inviter = Afmelden voor e-mails van degene die mij heeft uitgenodigd
page-stop-all = Afmelden voor alle e-mails
page-stop-report = Deze uitnodiging melden
page-stop-undo = E-mails weer toestaan
page-stopped-inviter = Je krijgt geen e-mails meer van degene die je heeft uitgenodigd.
page-stopped-all = Je krijgt geen e-mails meer van ons.
page-stop-undone = Je hebt onze e-mails weer toegestaan.
page-reported = Bedankt. De uitnodiging is gemeld.
page-stop-unknown = Deze link werkt niet
page-stop-unknown-hint = De link is onvolledig of te oud. Gebruik de link in een recentere e-mail.
page-stop-own = Afmelden voor e-mails naar mijn adres
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
page-add = Toevoegen aan agenda
page-calendar-file = Apple en andere
page-next = Wil je terugkomen? Open dan opnieuw de link in je uitnodiging.
page-open = { $product } openen
page-you = jij
page-decline-hint-unknown = Degene die je heeft uitgenodigd, ziet dat je de uitnodiging hebt afgeslagen. Je kunt later alsnog deelnemen.
page-unverified = Je e-mailadres { $address } is nog niet bevestigd. Bevestig het in je account om deze uitnodiging te gebruiken, of neem deel als gast.
page-details = Details
