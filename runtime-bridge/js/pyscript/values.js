// What both interpreters' values must be able to do; a type only.

/**
 * Values of one interpreter on their way out.
 * - `plain`: a copy that can leave the worker; Python functions go through `callable`.
 * - `isCallable`: whether it is a Python function, as JavaScript sees it.
 * - `identify`: the same number for the same function; equal bound methods are the same.
 * - `forget`: that number is not in use any more.
 * - `keep`: a Python function to call at any time, until it is released.
 * - `result`: what a call gave, awaited and plain.
 * @typedef {{
 *   plain(value: any, callable: (value: any) => Function): any,
 *   isCallable(value: any): boolean,
 *   identify(callable: any): number,
 *   forget(number: number): void,
 *   keep(callable: any): { call(...args: any[]): any, release(): void },
 *   result(value: any): Promise<any>,
 * }} Values
 */

export {};
