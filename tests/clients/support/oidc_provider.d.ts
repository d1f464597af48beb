/** What the tests use of oidc-provider, which comes without types. */
declare module "oidc-provider" {
  import type { RequestListener } from "node:http";

  interface Grant {
    destroy(): Promise<void>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    callback(): RequestListener;
    on(event: "grant.success", hear: (context: { oidc: { entities: Entities } }) => void): void;
    Grant: { find(id: string): Promise<Grant | undefined> };
  }

  interface Entities {
    AccessToken?: { grantId: string };
    Client?: { clientId: string };
  }
}
