/** A picture per after-sales flow, so that a list of many kinds is read at a glance. */
import type { Component } from 'vue'
import {
  ArrowLeftRight,
  CircleHelp,
  HandCoins,
  MapPinOff,
  Package,
  PackageX,
  Percent,
  Ticket,
  Truck,
  Wallet,
  Wrench,
} from '@lucide/vue'

const ICONS: Record<string, Component> = {
  return: Package,
  refund_only: Wallet,
  exchange: ArrowLeftRight,
  wrong_shipment: PackageX,
  price_difference: Percent,
  compensation: HandCoins,
  out_of_area: MapPinOff,
  parcel_trouble: Truck,
  repair: Wrench,
  voucher_refund: Ticket,
}

export const iconOf = (flow: string): Component => ICONS[flow] ?? CircleHelp
