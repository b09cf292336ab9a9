import "../../django_htmx/htmx-2.min.js";
import "./announce.js";
import "./disclosure.js";
import "./insert_block.js";
import "./print_details.js";
import "./upload.js";
