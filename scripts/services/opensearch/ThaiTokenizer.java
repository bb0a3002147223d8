package org.apache.lucene.analysis.th;

import org.apache.lucene.analysis.core.LetterTokenizer;
import org.apache.lucene.util.AttributeFactory;

/**
 * Stands in for Lucene's where the Java runtime has no dictionary of Thai words: OpenSearch builds its Thai analyser
 * with every index, and refuses the index when it cannot. Nothing of ours is Thai.
 */
public class ThaiTokenizer extends LetterTokenizer {
    public static final boolean DBBI_AVAILABLE = true;

    public ThaiTokenizer() {}

    public ThaiTokenizer(AttributeFactory factory) {
        super(factory);
    }
}
