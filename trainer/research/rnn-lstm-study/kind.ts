/** The nets that are compared, as the article names them. */
export const KINDS = ["RNN", "LSTM", "BiLSTM"] as const;
export type Kind = (typeof KINDS)[number];
