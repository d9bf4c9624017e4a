subject-invite = { $inviter } приглашает вас в «{ $title }»
subject-invite-unknown = Приглашение в «{ $title }»
subject-meet = { $inviter } приглашает вас на встречу: «{ $title }»
subject-meet-unknown = Приглашение на встречу: «{ $title }»
sender = { $inviter } через { $product }
untitled = Пространство без названия

greeting = Здравствуйте, { $name }!
lead-invite = { $inviter } приглашает вас в это пространство.
lead-invite-unknown = Вас приглашают в это пространство.
lead-meet = { $inviter } приглашает вас на эту встречу.
lead-meet-unknown = Вас приглашают на эту встречу.

when = Когда
until = До: { $when }
hours =
    { $count ->
        [one] { $count } час
        [few] { $count } часа
        [many] { $count } часов
       *[other] { $count } часа
    }
minutes =
    { $count ->
        [one] { $count } минута
        [few] { $count } минуты
        [many] { $count } минут
       *[other] { $count } минуты
    }
hours-minutes = { $hours } { $minutes }

join-invite = Войти в пространство
join-meet = Присоединиться к встрече
link-hint = Если кнопка не работает, откройте эту ссылку:
access = Вы можете войти со своей учётной записью или как гость. Любой, у кого есть эта ссылка, может войти как гость.

why = Вы получили это письмо, потому что { $inviter } приглашает { $address }.
why-unknown = Вы получили это письмо, потому что на адрес { $address } отправлено приглашение.
reply = Чтобы написать отправителю приглашения ({ $inviter }), ответьте на это письмо.
ignore = Если вы не ждали этого приглашения, просто не обращайте на него внимания.
made-with = Это приглашение создано в { $product }.
