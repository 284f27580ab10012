"use client";
import { useEffect } from "react";
import { showGreeting } from "../greeting.js";

export default function Page() {
  useEffect(showGreeting, []);
  return <output />;
}
