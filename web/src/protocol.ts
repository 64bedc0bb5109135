// The wire between a page and the host: one message struct both ways. Its mirror is bridge/message.go.
//
// A frame is one text: messages as JSON, one a line ("\n" between them; JSON.stringify never writes a raw line break).
// Everything that was said in one microtask travels in one frame.
//
//   request   {id, method, params}      either side asks; ids are the asker's own, from 1
//   reply     {id, result | error, more?}   neither: done, and the phone calls no callback (a silent method)
//   event     {method, params}          told, not asked
//
// Methods whose names begin with "$/" belong to the wire itself; those with "view." are what a view says or is told.

/** A request, a reply or an event. */
export interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: WireError;
  /** Further replies to the same request may follow. */
  more?: boolean;
  /** Numbers of a transport that can drop: this message's own, and the last one received from the other side. */
  seq?: number;
  ack?: number;
}

/** A coded error; the codes are listed in bridge/error.go. */
export interface WireError {
  code: string;
  message: string;
}
