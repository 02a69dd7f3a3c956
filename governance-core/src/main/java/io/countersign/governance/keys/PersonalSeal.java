package io.countersign.governance.keys;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.UserId;

/** Makes a person's words unreadable without that person's key, and readable with it. */
public interface PersonalSeal {
    /** What is stored in an event in place of the text. Two calls never give the same. */
    String seal(UserId person, String text);

    /** The text, or {@link PersonalText#ERASED} when the person's key has been destroyed. */
    String open(UserId person, String sealed);
}
