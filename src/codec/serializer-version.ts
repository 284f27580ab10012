/**
 * Version of the interface between a worker and the files of serializers. A worker may load a file of another deployment, so this
 * is incremented with every change of `Serializer` or of the payloads that the other version would not understand.
 */
export const SERIALIZER_VERSION = 2;
