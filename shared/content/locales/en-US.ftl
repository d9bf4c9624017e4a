subject-invite = { $inviter } invites you to “{ $title }”
subject-invite-unknown = You’re invited to “{ $title }”
subject-meet = { $inviter } invites you to a meeting: “{ $title }”
subject-meet-unknown = You’re invited to a meeting: “{ $title }”
sender = { $inviter } via { $product }
untitled = Untitled space

greeting = Hello { $name },
lead-invite = { $inviter } invites you to join this space.
lead-invite-unknown = You’re invited to join this space.
lead-meet = { $inviter } invites you to this meeting.
lead-meet-unknown = You’re invited to this meeting.

when = When
until = Until { $when }
hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
hours-minutes = { $hours } { $minutes }

join-invite = Join the space
join-meet = Join the meeting
link-hint = If the button doesn’t work, open this link:
access = You can join with your account or as a guest. Anyone who has this link can join as a guest.

why = You received this email because { $inviter } invited { $address }.
why-unknown = You received this email because { $address } was invited.
reply = Reply to this email to write to { $inviter }.
ignore = If you weren’t expecting this invitation, you can safely ignore it.
made-with = This invitation was created with { $product }.
