import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, csrfToken } from '@/api/client';
import { ApiError, OfflineError } from '@/api/errors';
import type { Problem, User } from '@/api/types';
import { keys } from '@/lib/queries/keys';
import type { Import } from '../model/types';
import { importOptions } from './imports';

/** `fetch` cannot say how much of a file is on its way; the older way can. */
function send(file: File, onPart: (part: number) => void): Promise<Import> {
  const form = new FormData();
  form.set('file', file);
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', '/api/imports');
    call.setRequestHeader('Accept', 'application/json');
    const token = csrfToken();
    if (token) call.setRequestHeader('X-CSRF-Token', token);
    call.responseType = 'json';
    call.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onPart(event.loaded / event.total);
    });
    call.addEventListener('error', () => reject(new OfflineError(call.statusText)));
    call.addEventListener('load', () => {
      if (call.status < 300) resolve(call.response as Import);
      else {
        const problem = (call.response ?? {}) as Partial<Problem>;
        reject(new ApiError({ title: call.statusText, ...problem, status: call.status }));
      }
    });
    call.send(form);
  });
}

/** Send a file; `part` is how much of it is there, 0 to 1. */
export function useUpload(onDone: (found: Import) => void) {
  const client = useQueryClient();
  const [part, setPart] = useState(0);
  const mutation = useMutation({
    mutationFn: async (file: File) => {
      setPart(0);
      await api.get<User>('/me'); // renews a session that has run out, which the upload could not
      return send(file, setPart);
    },
    onSuccess: (found) => {
      client.setQueryData(importOptions(found.id).queryKey, found);
      void client.invalidateQueries({ queryKey: keys.imports });
      onDone(found);
    },
  });
  return { ...mutation, part };
}
