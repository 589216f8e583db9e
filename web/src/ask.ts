/** The script of the first pages that comes before the app: it asks what they will show. */

import { askEarly } from './api/early';
import { wasSignedIn } from './api/token';
import { firstQuestions } from './app/firstQuestions';

if (!wasSignedIn()) firstQuestions(location.pathname, location.search).forEach(askEarly);
