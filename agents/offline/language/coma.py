"""How notes say the three responses of the Glasgow coma scale in words."""

from __future__ import annotations

from agents.offline.language.terms import Options, Terms, now

RESPONSES: dict[str, Options] = {
    "eye_response": Options(
        of={
            "eyes open spontaneously": now(
                "eyes open spontaneously|eyes opened spontaneously|opens eyes spontaneously|"
                "spontaneous eye opening|eyes spontaneously open|eyes were open spontaneously|"
                "spontaneously opening .. eyes|spontaneously opened .. eyes|"
                "opens .. eyes spontaneously|opened .. eyes spontaneously|"
                "eyes were spontaneously open|eyes open and|eyes are open spontaneously|"
                "eyes opening spontaneously|eye opening was spontaneous|"
                "eye opening is spontaneous|spontaneously opens .. eyes|open eyes|"
                "eyes were open|eyes are open|with eyes open|with his eyes open|"
                "with her eyes open|makes eye contact|eye contact|spontaneous eye|"
                "opening .. eyes spontaneously|open .. eyes spontaneously|"
                "eyes open .. spontaneously|eyes .. opening spontaneously|"
                "eyes .. opened spontaneously|eyes .. open spontaneously|"
                "spontaneously open .. eyes|eyes wide open|eyes remained open"
            ),
            "eye opening to verbal command": now(
                "name, he was able to open|name, she was able to open|name, he opened|name, she opened|"
                "name, he opens|name, she opens|when called by name|when his name is called|"
                "when her name is called|when his name was called|when her name was called|"
                "eyes open to voice|eyes opening to voice|opens eyes to voice|"
                "opens .. eyes to voice|opened .. eyes to voice|opens eyes to verbal|"
                "opens .. eyes to verbal|opened .. eyes to verbal|eyes open to verbal|"
                "eyes open to speech|eye opening to voice|eye opening to speech|"
                "eye opening to verbal|eyes .. to verbal command|eyes .. in response to verbal|"
                "eyes .. response to verbal|eyes .. when called|eyes .. upon verbal|"
                "eyes .. following verbal|eyes .. when spoken|eyes .. on verbal command|"
                "eyes .. in response to voice|eyes .. to speech|eyes .. to command|"
                "eyes .. upon command|eyes .. on command|eyes .. when asked|"
                "eyes .. when prompted|eyes .. when instructed|eyes .. verbal stimuli|"
                "eyes .. to verbal commands|eyes .. to his name|eyes .. to her name|"
                "eyes .. verbal prompts|eyes .. verbal cues|eyes .. with verbal|"
                "eyes .. when commanded|eyes .. verbally|eyes .. upon hearing|eyes .. to sound|"
                "eyes .. verbal stimulation|name .. open his eyes|name .. open her eyes|"
                "name .. opened|name .. opens .. eyes|name .. able to open|eyes only .. verbal|"
                "eyes open to commands|called out .. open .. eyes|eyes .. verbal instruction"
            ),
            "eye opening to pain": now(
                "eyes open to pain|eye opening to pain|opens eyes to pain|opens .. eyes to pain|"
                "opened .. eyes to pain|eyes .. to painful|eyes .. in response to pain|"
                "eyes .. in response to painful|eyes .. response to sternal|eyes .. to pain|"
                "eyes .. to noxious|eyes .. upon painful|eyes .. with painful|"
                "eyes .. sternal rub|eyes .. with pain|eyes .. painful stimuli|"
                "eyes .. painful stimulus|eyes .. painful stimulation|eyes .. pressure|"
                "eyes .. when pain|eyes .. to a painful|eyes .. nail bed|eyes .. noxious stimuli"
            ),
            "no eye opening": now(
                "no eye opening|eyes do not open|does not open .. eyes|did not open .. eyes|"
                "no eye response|eyes remained closed|eyes remain closed|not opening .. eyes|"
                "not open .. eyes|eyes were closed|eyes closed|no spontaneous eye|"
                "absent eye opening|unable to open .. eyes|eyes .. remained closed|"
                "eyes would not open|eyes did not open|eye opening was absent|"
                "without eye opening|failed to open .. eyes|no eye movement"
            ),
            "not testable": now(
                "eyes swollen shut|eyes .. swollen shut|eyes were swollen|"
                "eye opening .. not testable|eyes .. could not be assessed|"
                "eye response .. not testable|eyes .. not testable|eye response could not be|"
                "eye opening could not be|eye opening not testable|eye evaluation .. not|"
                "eye response was not testable|eye examination was not possible|"
                "pupillary evaluation was not possible"
            ),
        },
        names=Terms("", hints="eyes|eye|eyelids|alert|awake|unconscious|unresponsive", kind="examination"),
    ),
    "verbal_response": Options(
        of={
            "oriented": now(
                "alert and oriented|oriented to person|oriented to time|oriented to place|"
                "oriented x3|oriented x 3|well oriented|well-oriented|fully oriented|"
                "verbally oriented|oriented verbal|oriented and|and oriented|is oriented|"
                "was oriented|oriented to|oriented in|oriented responses|oriented conversation|"
                "coherent speech|speech was coherent|conversed normally|oriented speech|"
                "appropriate verbal|verbal response .. oriented|speech .. oriented|"
                "oriented, able|verbally appropriate|answers questions appropriately|"
                "answered questions appropriately|answering questions appropriately|"
                "coherent and|speech is coherent|converses normally|communicates clearly|"
                "coherently"
            ),
            "confused": now(
                "confused|confusion|disoriented|disorientation|confused speech|confused conversation|"
                "confused verbal|confused responses|confused manner|not oriented"
            ),
            "inappropriate words": now(
                "inappropriate words|inappropriate speech|inappropriate verbal|"
                "inappropriate phrases|random words|inappropriate responses|"
                "words .. inappropriate|inappropriate language|verbal .. inappropriate|"
                "inappropriate and|inappropriate vocabulary|inappropriate word|"
                "speech .. inappropriate|incoherent words|nonsensical words|"
                "mumbling nonsensical words|mumbled inappropriate words|"
                "mumbling inappropriate words|moaning inappropriate words|nonsensical speech|"
                "inappropriate sentences"
            ),
            "incomprehensible sounds": now(
                "incomprehensible sounds|incomprehensible|moaning|groaning|moans|groans|moaned|"
                "groaned|unintelligible|grunting|grunts|inarticulate sounds|mumbling|"
                "incomprehensible speech|mumbled|grunted"
            ),
            "no verbal response": now(
                "no verbal response|nonverbal|non-verbal|no verbal output|no vocalization|"
                "not verbalizing|no verbal|no speech|without verbal|does not speak|"
                "did not speak|mute|no sounds|absent verbal|unable to speak|"
                "verbally unresponsive|no verbal responses|no vocal response|"
                "not verbally responsive|verbal response was absent|silent|no audible|"
                "not respond verbally|not verbalize"
            ),
            "not testable": now(
                "intubated|endotracheal tube|verbal response .. not testable|"
                "verbal .. not testable|verbal .. could not be assessed|tracheostomy|aphasic|"
                "aphasia|verbal .. could not be tested|verbal response was not testable|"
                "verbal .. untestable|verbal responses .. could not|verbal response could not|"
                "verbal communication .. not"
            ),
        },
        names=Terms(
            "",
            hints="verbal|speech|speak|words|talking|communicate|unresponsive|unconscious",
            kind="examination",
        ),
    ),
    "motor_response": Options(
        of={
            "obeys commands": now(
                "obeys commands|obeyed commands|obeying commands|follows commands|"
                "followed commands|following commands|follow commands|obey commands|"
                "follows .. commands|followed .. commands|following .. commands|"
                "obeys .. commands|obeyed .. commands|obey .. commands|able to follow|"
                "commands are followed|follow .. commands|obeying .. commands|obeys motor|"
                "responds to commands|responded to commands|obeyed motor|moves .. on command|"
                "moved .. on command|follow .. instructions|follows .. instructions|"
                "followed .. instructions|following .. instructions|obey .. instructions|"
                "responding to commands|compliant with motor|motor commands|moves .. to command|"
                "motor responses .. to commands|follow .. requests|complied with .. commands|"
                "obeyed simple|obey simple|execute .. commands|obeying motor|motor .. obeys|"
                "motor .. obeyed|motor .. obey"
            ),
            "localizes pain": now(
                "towards the site|toward the site|towards the source|toward the source|towards the painful|"
                "toward the painful|reaches for the painful|reaching towards|"
                "localizes pain|localized pain|localizing pain|localizes to pain|"
                "localized to pain|localize pain|localizes painful|localizes .. pain|"
                "localized .. pain|localizing .. pain|localize .. pain|localizes .. painful|"
                "localize .. painful|localizing .. painful|localized painful|"
                "localized .. painful|localizes to|localises pain|localising pain|"
                "localised pain|localises to pain|localisation of pain|localization of pain|"
                "pain localization|purposeful movement .. pain|localizing movements|"
                "localized the pain|localizes noxious|localizes the pain|localization to pain|"
                "localization .. pain|localizes .. noxious|localizing to|localized motor|"
                "localises .. pain|localising .. pain|localised .. pain|localizes stimuli|"
                "localizing response"
            ),
            "withdrawal from pain": now(
                "withdraws from pain|withdrew from pain|withdrawal from pain|withdraws to pain|"
                "withdrawing from pain|withdraws .. pain|withdrew .. pain|withdrawal .. pain|"
                "withdrawing .. pain|withdraw .. pain|withdraws from|withdrew .. from|"
                "withdrawal to pain|withdrawing to|flexion withdrawal|withdrawal response|"
                "withdraw from|withdraws .. painful|withdrew .. painful|withdrawal to painful|"
                "withdrawal reflex|withdraws .. noxious|withdrawal .. painful|"
                "withdrawn from pain|withdrawal .. noxious|withdraw .. painful|"
                "withdrawing .. painful"
            ),
            "flexion to pain": now(
                "abnormal flexion|flexion to pain|decorticate|flexor posturing|flexed .. response to pain|"
                "flexes to pain|flexion in response|flexion response|flexor response|flexion .. to pain|"
                "flexion .. painful|decorticate posturing|flexes .. pain|flexion .. response|"
                "flexing .. response|spastic flexion|flexing .. pain|flexion upon|flexed .. painful"
            ),
            "extension to pain": now(
                "abnormal extension|extension to pain|decerebrate|extensor posturing|"
                "extensor response|extends to pain|extension in response|extension response|"
                "extension .. to pain|extension .. painful|decerebrate posturing|"
                "extends .. pain|extension .. response|extending .. pain|"
                "extended .. response to pain|extensor .. pain|extension upon|"
                "extending .. response"
            ),
            "no motor response": now(
                "no motor response|no motor movement|flaccid|no response to pain|"
                "no response to painful|no movement|no motor|absent motor|"
                "motor response was absent|not respond to pain|not respond to painful|"
                "no motor activity|unresponsive to pain|no motor responses|"
                "unresponsive to painful"
            ),
            "not testable": now(
                "motor .. not testable|motor .. could not be assessed|pharmacologically paralyzed|"
                "neuromuscular blockade|motor response could not|motor .. untestable|paralytic"
            ),
        },
        names=Terms(
            "",
            hints="motor|commands|pain|painful|movement|moves|moving|limbs|unresponsive",
            kind="examination",
        ),
    ),
}
"""Response → how notes speak of it."""
