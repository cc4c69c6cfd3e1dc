"""What a WSGI server imports: `granian --interface wsgi wsgi:app`. Says what is missing in the settings, and stops."""

import gc
import os
import sys

from service import config, content, log, runtime
from service.web import create_app

try:
    simulating = config.simulating(os.environ)
    settings = config.simulated(config.menu_folder(os.environ)) if simulating else config.read(os.environ)
    log.set_up(settings.log_level)
    if simulating:
        from service.simulator import serve

        app = serve.application(settings)
    else:
        app = create_app(runtime.build(settings))
    gc.freeze()  # the phrases stay as long as the process: looking through them costs a text a quarter of a second now and then
except (config.ConfigError, content.ContentError) as fault:
    sys.exit(str(fault))
