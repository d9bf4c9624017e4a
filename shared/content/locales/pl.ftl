subject-invite = { $inviter } zaprasza Cię do „{ $title }”
subject-invite-unknown = Zaproszenie do „{ $title }”
subject-meet = { $inviter } zaprasza Cię na spotkanie: „{ $title }”
subject-meet-unknown = Zaproszenie na spotkanie: „{ $title }”
subject-cancel = Spotkanie odwołane: „{ $title }”
sender = { $inviter } przez { $product }
untitled = Przestrzeń bez tytułu

greeting = Dzień dobry, { $name }!
lead-invite = { $inviter } zaprasza Cię do tej przestrzeni.
lead-invite-unknown = Otrzymujesz zaproszenie do tej przestrzeni.
lead-meet = { $inviter } zaprasza Cię na to spotkanie.
lead-meet-unknown = Otrzymujesz zaproszenie na to spotkanie.
lead-cancel = { $inviter } odwołuje to spotkanie.
lead-cancel-unknown = To spotkanie zostało odwołane.

when = Kiedy
until = Do: { $when }
hours =
    { $count ->
        [one] { $count } godzina
        [few] { $count } godziny
        [many] { $count } godzin
       *[other] { $count } godziny
    }
minutes =
    { $count ->
        [one] { $count } minuta
        [few] { $count } minuty
        [many] { $count } minut
       *[other] { $count } minuty
    }
hours-minutes = { $hours } { $minutes }

join-invite = Dołącz do przestrzeni
join-meet = Dołącz do spotkania
link-hint = Jeśli przycisk nie działa, otwórz ten link:
access = Możesz dołączyć ze swojego konta lub jako gość. Każdy, kto ma ten link, może dołączyć jako gość.

why = Otrzymujesz tę wiadomość, ponieważ { $inviter } zaprasza { $address }.
why-unknown = Otrzymujesz tę wiadomość, ponieważ adres { $address } otrzymał zaproszenie.
reply = Odpowiedz na tę wiadomość, aby napisać do: { $inviter }.
ignore = Jeśli nie spodziewasz się tego zaproszenia, możesz je po prostu zignorować.
made-with = To zaproszenie utworzono w { $product }.

page-account = Z użyciem konta
page-sign-in = Zaloguj się
page-sign-up = Utwórz konto
page-guest = Dołącz jako gość
page-name = Twoje imię i nazwisko (opcjonalnie)
page-signed-in = Zalogowano jako { $name }.
page-signed-in-unknown = Zalogowano.
page-wrong-account = To zaproszenie jest dla kogoś innego. Możesz dołączyć jako gość lub użyć innego konta.
page-other-account = Użyj innego konta
page-joined = Dołączono
page-role = Twoja rola
role-admin = Administrator
role-member = Członek
role-guest = Gość
page-members = Członkowie
page-more = … i inni
page-not-found = To zaproszenie nie istnieje
page-not-found-hint = Sprawdź, czy otwarto cały link.
page-expired = To zaproszenie wygasło
page-revoked = To zaproszenie zostało wycofane
page-ask = Poproś o nowe osobę, która Cię zaprosiła.
page-busy = Chwileczkę
page-busy-hint = Usługa jest zajęta. Spróbuj ponownie za chwilę.
page-broken = Coś poszło nie tak
page-broken-hint = To nasz błąd. Spróbuj ponownie później.
page-forbidden = Nie udało się
page-forbidden-hint = Otwórz link z zaproszenia i spróbuj ponownie.
