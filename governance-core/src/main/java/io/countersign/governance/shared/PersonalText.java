package io.countersign.governance.shared;

/**
 * Words a person wrote or a printed name. In a stored event it is encrypted under that person's own
 * key; when the key has been destroyed it reads as {@link #ERASED}, for ever and everywhere.
 *
 * @param person whose key seals it
 * @param text in clear while in memory
 */
public record PersonalText(UserId person, String text) {
    public static final String ERASED = "[erased]";

    public boolean erased() {
        return text.equals(ERASED);
    }

    @Override
    public String toString() {
        return text;
    }
}
