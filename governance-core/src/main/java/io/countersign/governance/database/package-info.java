/**
 * The PostgreSQL everything is kept in: one the product starts itself, or one given by its URL; the
 * two roles it is used as, and the migrations.
 */
@NullMarked
package io.countersign.governance.database;

import org.jspecify.annotations.NullMarked;
