"""Words that say nothing in a question, English and Spanish. They are indexed, as phrases may need them."""

_ENGLISH = (
    "a about am an and any are as at be been being but by can cannot could did do does doing for from get got had has"
    " have having he her here hers him his how i if in into is it its itself just me my of on or our please she so"
    " some such than that the their them then there these they this those to too us very was we were what when where"
    " which while who whom why will with would you your yours"
)
_SPANISH = (
    "al algo alguien algún ante aquel aquí así aun aunque cada como cómo con cual cuál cuando cuándo de del desde donde"
    " dónde dos el él ella ellas ellos en entre era eran eres es esa esas ese eso esos está están estas este esto estos"
    " estoy fue ha han hasta hay he la las le les lo los mas más me mi mis mucho muy nada ni nos nosotros o os para"
    " pero poco por porque puede puedo que qué quien quién se según ser si sí sido soy su sus también tan te tengo"
    " tiene todo tu tus un una unas uno unos usted y ya yo"
)
STOP_WORDS = frozenset(_ENGLISH.split()) | frozenset(_SPANISH.split())
