subject-invite = { $inviter } приглашает вас в пространство «{ $title }»
subject-invite-unknown = Приглашение в пространство «{ $title }»
subject-meet = { $inviter } приглашает вас на встречу: «{ $title }»
subject-meet-unknown = Приглашение на встречу: «{ $title }»
subject-cancel = Встреча отменена: «{ $title }»
sender = { $inviter } через { $product }
untitled = Пространство без названия

greeting = Здравствуйте, { $name }!
lead-invite = { $inviter } приглашает вас в это пространство.
lead-invite-unknown = Вас приглашают в это пространство.
lead-meet = { $inviter } приглашает вас на эту встречу.
lead-meet-unknown = Вас приглашают на эту встречу.
lead-cancel = { $inviter } отменяет эту встречу.
lead-cancel-unknown = Эта встреча отменена.

when = Когда
until = До: { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } в { $time }
same-day = { $date }, { $times }
span = { $start } — { $end }
your-role = Ваша роль
open-until = Приглашение действует до: { $when }
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
links-plain = В целях безопасности ссылки в этом тексте не нажимаются. Копируйте ссылку, только если доверяете ей.
links-marked = В целях безопасности в ссылках этого текста стоят скобки, как в example[.]com. Уберите их, чтобы открыть ссылку, которой доверяете.

why = Вы получили это письмо, потому что на адрес { $address } отправлено приглашение. Приглашает: { $inviter }.
why-unknown = Вы получили это письмо, потому что на адрес { $address } отправлено приглашение.
reply = Чтобы написать отправителю приглашения ({ $inviter }), ответьте на это письмо.
ignore = Если вы не ждали этого приглашения, просто не обращайте на него внимания.
made-with = Это приглашение создано в сервисе { $product }.
stop = Больше не получать такие письма
help = Справка
privacy = Конфиденциальность
support = Написать в поддержку

page-account = С учётной записью
page-sign-in = Войти
page-sign-up = Создать учётную запись
page-guest = Войти как гость
page-name = Ваше имя
page-signed-in = Вы вошли как { $name }.
page-signed-in-unknown = Вы вошли в систему.
page-wrong-account = Это приглашение для другого человека. Войдите как гость или используйте другую учётную запись.
page-other-account = Использовать другую учётную запись
page-joined = Вы присоединились
page-role = Ваша роль
role-admin = Администратор
role-member = Участник
role-guest = Гость
page-members = Участники
page-more =
    { $count ->
        [one] и ещё { $count } человек
        [few] и ещё { $count } человека
       *[many] и ещё { $count } человек
    }
page-not-found = Такого приглашения нет
page-not-found-hint = Проверьте, что ссылка открыта целиком, или обратитесь к тому, кто вас пригласил.
page-expired = Срок действия приглашения истёк
page-revoked = Это приглашение отозвано
page-ask = Попросите новое у того, кто вас пригласил: { $inviter }.
page-ask-unknown = Попросите новое у того, кто вас пригласил.
page-busy = Минутку
page-busy-hint = Сервис перегружен. Попробуйте ещё раз чуть позже.
page-broken = Что-то пошло не так
page-broken-hint = Это наша ошибка. Попробуйте ещё раз позже.
page-forbidden = Не получилось
page-forbidden-hint = Откройте ссылку из приглашения и попробуйте ещё раз.
page-continue = Продолжить как { $name }
page-not-you = Вы не { $name }?
page-no-cookie = Браузер не сохранил вход
page-no-cookie-hint = Разрешите файлы cookie для этого сайта и снова откройте ссылку из приглашения.
page-password = Пароль
page-password-hint = Это пространство защищено паролем. Узнайте его у того, кто вас пригласил.
page-password-wrong = Неверный пароль.
page-too-many = Слишком много неверных паролей
page-too-many-hint = Попробуйте ещё раз позже.
page-removed = Вас удалили из этого пространства
page-removed-hint = Снова впустить вас может только администратор пространства.
page-archived = Это пространство в архиве
page-archived-hint = Сейчас никто не может в него войти.
page-invited-only = Это пространство только для приглашённых
page-invited-only-hint = Используйте учётную запись, которую пригласили, или обратитесь к тому, кто вас пригласил.
page-decline = Отклонить приглашение
page-decline-hint = { $inviter } увидит, что вы отказались. Присоединиться можно будет и позже.
page-declined = Вы отклонили это приглашение
page-declined-hint = Если передумаете, снова откройте ссылку из приглашения.
page-space = Войдите, чтобы открыть это пространство
page-space-hint = Открыть его могут только участники.
page-stop = Письма от { $product }
page-stop-hint = Вам пришло приглашение по электронной почте. Выберите, какие письма вы больше не хотите получать.
page-stop-inviter = Не получать писем от того, кто меня пригласил
page-stop-all = Не получать никаких писем
page-stop-report = Пожаловаться на это приглашение
page-stop-undo = Снова разрешить письма
page-stopped-inviter = Вы больше не будете получать писем от того, кто вас пригласил.
page-stopped-all = Вы больше не будете получать от нас писем.
page-stop-undone = Вы снова разрешили наши письма.
page-reported = Спасибо. Жалоба на приглашение отправлена.
page-stop-unknown = Эта ссылка не работает
page-stop-unknown-hint = Она повреждена или слишком старая. Откройте ссылку из более нового письма.
page-stop-own = Больше не присылать писем на мой адрес
page-stop-own-undo = Снова разрешить письма на мой адрес
page-over = Эта встреча завершилась
page-now = Идёт сейчас
page-in-minutes =
    { $count ->
        [one] Начнётся через { $count } минуту
        [few] Начнётся через { $count } минуты
       *[many] Начнётся через { $count } минут
    }
page-in-hours =
    { $count ->
        [one] Начнётся через { $count } час
        [few] Начнётся через { $count } часа
       *[many] Начнётся через { $count } часов
    }
page-in-days =
    { $count ->
        [1] Завтра
        [one] Через { $count } день
        [few] Через { $count } дня
       *[many] Через { $count } дней
    }
page-people =
    { $count ->
        [one] Присоединился { $count } человек
        [few] Присоединились { $count } человека
       *[many] Присоединились { $count } человек
    }
page-expires = Присоединиться можно до: { $when }
page-add = Добавить в календарь
page-calendar-file = Apple и другие
page-help = Справка
page-privacy = Конфиденциальность
page-support = Написать в поддержку
page-next = Чтобы вернуться, снова откройте ссылку из приглашения.
page-open = Открыть { $product }
page-you = вы
page-decline-hint-unknown = Пригласивший вас человек увидит, что вы отказались. Присоединиться можно будет и позже.
page-unverified = Ваш адрес { $address } ещё не подтверждён. Подтвердите его в своей учётной записи, чтобы войти по приглашению, или войдите как гость.
page-details = Подробности
