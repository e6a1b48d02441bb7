/**
 * Writes what is in a folder into a tar file that is the same for the same files, whoever writes it and when: sorted, of
 * root, as old as time. Every file of an image is readable by everybody, as nobody knows as whom it runs.
 */
export declare function tarOf(folder: string, file: string): Promise<void>;
