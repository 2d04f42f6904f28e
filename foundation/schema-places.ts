// Finds its way through a schema: which parts of it are meant for a place in a document.

import { z } from "zod";

/** The schemas for what stands below `key`; of alternatives those of all. */
export function schemasBelow(schemas: readonly unknown[], key: PropertyKey): readonly unknown[] {
  return schemas.flatMap((wrapped) => {
    const schema = unwrapped(wrapped);
    if (schema instanceof z.ZodArray) return [unwrapped(schema.element)];
    if (schema instanceof z.ZodRecord) return [unwrapped(schema.valueType)];
    if (schema instanceof z.ZodObject) {
      return Object.hasOwn(schema.shape, key) ? [unwrapped(schema.shape[String(key)])] : [];
    }
    return schemasBelow(optionsOf([schema]), key);
  });
}

/** The keys that an object may have; of alternatives those of the ones that know most of the keys which it has. */
export function keysAllowedBy(schemas: readonly unknown[], value: object): readonly string[] {
  const given = Object.keys(value);
  const alternatives = objectsAmong(schemas).map(({ shape }) => {
    return { keys: Object.keys(shape), known: given.filter((key) => Object.hasOwn(shape, key)).length };
  });
  const mostKnown = Math.max(...alternatives.map(({ known }) => known));
  return [...new Set(alternatives.flatMap(({ keys, known }) => (known === mostKnown ? keys : [])))];
}

function objectsAmong(schemas: readonly unknown[]): readonly z.ZodObject[] {
  return schemas.flatMap((wrapped) => {
    const schema = unwrapped(wrapped);
    return schema instanceof z.ZodObject ? [schema] : objectsAmong(optionsOf([schema]));
  });
}

/** The alternatives of the unions among these schemas. */
export function optionsOf(schemas: readonly unknown[]): readonly unknown[] {
  return schemas.flatMap((wrapped) => {
    const schema = unwrapped(wrapped);
    const isUnion = schema instanceof z.ZodUnion || schema instanceof z.ZodDiscriminatedUnion;
    return isUnion ? schema.options : [];
  });
}

/** The schema itself, without what says that it may be left out, or is changed before or after. */
function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}
