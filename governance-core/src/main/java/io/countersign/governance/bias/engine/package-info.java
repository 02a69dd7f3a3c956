/**
 * The bias assessment engine: prediction logs to integer cells, cells to rates, rates to verdicts.
 * Knows no Spring and keeps nothing; DuckDB and the file are touched in a child process only.
 */
@NullMarked
package io.countersign.governance.bias.engine;

import org.jspecify.annotations.NullMarked;
