"""POST /api/anonymous/auth"""

from typing import Annotated

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from pydantic import BaseModel, StringConstraints, ValidationError

from tokens import guest_token

logger = Logger(service="anonymous-login")
app = APIGatewayHttpResolver()


class Login(BaseModel):
    displayname: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = "Guest"


@app.post("/api/anonymous/auth")
def log_in() -> dict:
    try:
        login = Login.model_validate_json(app.current_event.decoded_body or "{}")
    except ValidationError as error:
        raise BadRequestError("Fields of the request are missing or wrong.") from error
    return {"token": guest_token(login.displayname or "Guest")}


@logger.inject_lambda_context
def handler(event, context):
    answer = app.resolve(event, context)
    logger.info("request", status=answer["statusCode"])
    return answer
