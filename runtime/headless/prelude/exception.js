(function () {
  'use strict';
  const list =
    'IndexSize:INDEX_SIZE,:DOMSTRING_SIZE,HierarchyRequest:HIERARCHY_REQUEST,WrongDocument:WRONG_DOCUMENT,InvalidCharacter:INVALID_CHARACTER,' +
    ':NO_DATA_ALLOWED,NoModificationAllowed:NO_MODIFICATION_ALLOWED,NotFound:NOT_FOUND,NotSupported:NOT_SUPPORTED,InUseAttribute:INUSE_ATTRIBUTE,' +
    'InvalidState:INVALID_STATE,Syntax:SYNTAX,InvalidModification:INVALID_MODIFICATION,Namespace:NAMESPACE,InvalidAccess:INVALID_ACCESS,' +
    ':VALIDATION,TypeMismatch:TYPE_MISMATCH,Security:SECURITY,Network:NETWORK,Abort:ABORT,URLMismatch:URL_MISMATCH,QuotaExceeded:QUOTA_EXCEEDED,' +
    'Timeout:TIMEOUT,InvalidNodeType:INVALID_NODE_TYPE,DataClone:DATA_CLONE';
  const names = list.split(',');
  const code = (name) => names.findIndex((n) => n.split(':')[0] + 'Error' === name) + 1;
  class DOMException extends Error {
    constructor(message, name) {
      super(message === undefined ? '' : message);
      Object.defineProperty(this, 'name', { value: name === undefined ? 'Error' : String(name), configurable: true, writable: true });
    }
    get code() {
      return this.name === 'Error' ? 0 : code(this.name);
    }
  }
  names.forEach((name, i) => Object.defineProperty(DOMException, name.split(':')[1] + '_ERR', { value: i + 1, enumerable: true }));
  return { DOMException };
});
