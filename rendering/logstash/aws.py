r"""Records of AWS's own services, which Filebeat fetches from their bucket: the object's key says whose they are.

Formats: «Access logs for your Application Load Balancer», «CloudFront standard logs» and «CloudTrail record contents» of AWS's guides; a
database's log comes by Amazon Data Firehose, which puts CloudWatch's envelope around its lines (`logEvents`, each with `message`).
They are the platform's records: which application a request was for is seen in its own.
"""

from rendering.logstash.formats import AT, TEXT, definitions
from rendering.logstash.grok import grok
from rendering.logstash.syntax import Plugin, Step, choose, mutate

KEY = "[aws][s3][object][key]"
LOAD_BALANCER = (
    r"\A%{NOTSPACE:[network][protocol]} %{TIMESTAMP_ISO8601:[@metadata][at]} %{NOTSPACE:[observer][name]}"
    r" %{ADDRESS:[client][ip]}:\d{1,5} \S{1,64} \S{1,32} \S{1,32} \S{1,32} %{STATUS:[http][response][status_code]:int} \S{1,8}"
    r" \d{1,19} %{POSINT:[http][response][bytes]:int}"
    r" \"%{METHOD:[http][request][method]} %{ORIGINAL:[url][original]} HTTP/%{NUMBER:[http][version]}\""
    r" \"%{QUOTED:[user_agent][original]}\""
)
CLOUDFRONT = (
    r"\A%{DAY:[@metadata][day]}\t%{CLOCK:[@metadata][clock]}\t\S{1,32}\t%{POSINT:[http][response][bytes]:int}\t%{ADDRESS:[client][ip]}"
    r"\t%{METHOD:[http][request][method]}\t%{NOTSPACE:[url][domain]}\t%{NOTSPACE:[url][path]}\t%{STATUS:[http][response][status_code]:int}\t"
)
TRAIL = "[@metadata][trail]"


def aws() -> list[Step]:
    """By the object's key; what fits none is kept as text."""
    return [
        mutate(add_field={"application": "platform", "[@metadata][labelled]": "yes"}),
        choose(
            (f"{KEY} =~ /elasticloadbalancing/", _lines("load_balancer", LOAD_BALANCER)),
            (f"{KEY} =~ /CloudTrail/", _trail()),
            (f"{KEY} =~ /cloudfront/", [*_lines("cloudfront", CLOUDFRONT), _moment()]),
            (f"{KEY} =~ /rds/", _database()),
            (None, [mutate(add_field={"[service][name]": "aws"})]),
        ),
    ]


def _lines(name: str, expression: str) -> list[Step]:
    return [
        mutate(add_field={"[service][name]": name}),
        grok(f"aws_{name}", "message", [expression], definitions([expression]), ["unparsed"]),
    ]


def _moment() -> Step:
    return mutate(id="cloudfront_time", add_field={AT: "%{[@metadata][day]}T%{[@metadata][clock]}Z"})


def _trail() -> list[Step]:
    """An API call in the account: a security event, with who did what from where."""
    return [
        mutate(add_field={"[service][name]": "cloudtrail", "type": "security_event"}),
        Plugin("json", {"id": "json_of_cloudtrail", "source": "message", "target": TRAIL, "skip_on_invalid_json": True}),
        mutate(
            rename={
                f"{TRAIL}[eventTime]": AT,
                f"{TRAIL}[eventName]": "[event][action]",
                f"{TRAIL}[eventSource]": "[event][provider]",
                f"{TRAIL}[errorCode]": "[error][code]",
                f"{TRAIL}[errorMessage]": "[error][message]",
                f"{TRAIL}[awsRegion]": "[cloud][region]",
                f"{TRAIL}[userIdentity][arn]": "[user][id]",
                f"{TRAIL}[userAgent]": "[user_agent][original]",
            }
        ),
        choose(
            (rf"{TRAIL}[sourceIPAddress] =~ /\A[0-9A-Fa-f:.]{{2,45}}\z/", [mutate(rename={f"{TRAIL}[sourceIPAddress]": "[client][ip]"})])
        ),
    ]


def _database() -> list[Step]:
    return [
        mutate(add_field={"[service][name]": "rds"}),
        Plugin("json", {"id": "json_of_rds", "source": "message", "target": "[@metadata][line]", "skip_on_invalid_json": True}),
        mutate(rename={"[@metadata][line][message]": TEXT}, convert={"[@metadata][line][timestamp]": "string"}),
        mutate(rename={"[@metadata][line][timestamp]": AT}),
    ]
