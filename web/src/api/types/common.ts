export interface Page<T> {
  items: T[];
  total: number;
  next: string | null;
}

export interface PersonRef {
  id: string;
  name: string;
}

export interface FieldError {
  field: string;
  row?: number;
  message: string;
  mend?: string;
}

/** RFC 9457. */
export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code?: string;
  errors?: FieldError[];
}
