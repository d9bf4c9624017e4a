"""Spaces and members as clients see them."""


def member_id(member: dict) -> str:
    return member.get("user") or member["guest"]


def facts(space: dict) -> dict:
    """The attributes with which every space object begins."""
    settings = space["settings"]
    return {
        "settings": {
            "memberOnly": settings["member_only"],
            **({"invitedOnly": True} if settings["invited_only"] else {}),
            "passwordRequired": {"allGuests": settings["password_for_all_guests"]},
            "allowPasswordInURL": False,
            "confPin": "******" if settings.get("pin") else "",
        },
        "type": space["type"],
        "status": 0 if space["status"] == "active" else 1,
        "restrict": [],
        "_id": space["id"],
        "cid": space["creator"],
        "title": space["title"],
        "description": space["description"],
        "created": space["created"],
    }


def shown(member: dict, caller) -> dict:
    """A member, with the address if the caller is that member."""
    return {
        "phone_numbers": [],
        "member": member_id(member),
        "memberType": "userId" if "user" in member else "anonymousId",
        "role": member["role"],
        "joinTime": member["joined"],
        "username": (caller.email or "") if member_id(member) == caller.id else "",
        "displayname": member["display_name"],
        "picture_url": "",
    }


def my_space(space: dict, member: dict) -> dict:
    card = member["card"]
    own = {"targetId": space["id"], "role": member["role"], "isPinned": card.get("pinned", False), "lastAccess": card["at"]}
    return facts(space) | own


def page(data: list, total: int) -> dict:
    """A first page of a list. Only lists without further pages have no URL of the next one."""
    return {"data": data, "total": total, "from": 1 if data else 0, "to": len(data)}
